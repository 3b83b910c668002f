/** Why a receipt or a settlement was changed; it does not say where it stands now. */
export type NoteAction = 'CREATE' | 'CANCEL' | 'EDIT' | 'REJECT' | 'CONFIRM';

/** What a procurement platform's message is about. Its detail is asked for by whoever acts on it. */
export type ProcurementNews =
  | {
      readonly kind: 'REQUISITION_CREATED' | 'REQUISITION_REJECTED';
      readonly requisitionId: string;
    }
  | { readonly kind: 'ORDER_CREATED' | 'ORDER_CANCELLED'; readonly orderId: string }
  | {
      readonly kind: 'RECEIPT_CHANGED';
      readonly receiptId: string;
      readonly action: NoteAction | null;
    }
  | {
      readonly kind: 'SETTLEMENT_CHANGED';
      readonly settlementId: string;
      readonly action: NoteAction | null;
    }
  | {
      readonly kind: 'GOODS_STATUS_CHANGED';
      readonly goodsId: string;
      readonly state: 'ON_SHELF' | 'OFF_SHELF' | 'DELETED';
    };
