import com.qimen.api.QimenRequest;
import com.qimen.api.QimenResponse;
import com.taobao.api.internal.mapping.ApiField;
import com.taobao.api.internal.mapping.ApiListField;
import com.taobao.api.internal.mapping.ApiListType;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;

/** Request and response classes of Qimen methods, as the platform generates them. */
final class QimenMessages {
  private QimenMessages() {}

  public static final class StoreCreateRequest extends QimenRequest<StoreResponse> {
    private final String storeCode;

    StoreCreateRequest(String storeCode) {
      this.storeCode = storeCode;
    }

    @Override
    public String getApiMethodName() {
      return "taobao.qimen.store.create";
    }

    @Override
    public Class<StoreResponse> getResponseClass() {
      return StoreResponse.class;
    }

    public String getStoreCode() {
      return storeCode;
    }

    public String getCompanyName() {
      return "甘其食 & 子公司";
    }

    public String getStoreName() {
      return "文一西路淘宝店";
    }

    public String getStoreType() {
      return "NORMAL";
    }

    public Long getMainCategory() {
      return 101L;
    }

    public String getStartTime() {
      return "09:00";
    }

    public String getEndTime() {
      return "21:00";
    }

    public Address getAddress() {
      return new Address();
    }

    public StoreKeeper getStoreKeeper() {
      return new StoreKeeper();
    }
  }

  public static final class Address {
    public String getProvince() {
      return "浙江省";
    }

    public String getCity() {
      return "杭州市";
    }

    public String getArea() {
      return "西湖区";
    }

    public String getDetailAddress() {
      return "文一西路1号";
    }
  }

  public static final class StoreKeeper {
    public String getTel() {
      return "0571-88888888";
    }

    public String getMobile() {
      return "13800000000";
    }
  }

  public static final class StoreQueryRequest extends QimenRequest<StoreResponse> {
    private final String storeId;

    StoreQueryRequest(String storeId) {
      this.storeId = storeId;
    }

    @Override
    public String getApiMethodName() {
      return "taobao.qimen.store.query";
    }

    @Override
    public Class<StoreResponse> getResponseClass() {
      return StoreResponse.class;
    }

    public String getStoreId() {
      return storeId;
    }
  }

  public static final class StoreResponse extends QimenResponse {
    @ApiField("storeId")
    private Long storeId;

    @ApiField("storeCode")
    private String storeCode;

    @ApiField("companyName")
    private String companyName;

    public Long getStoreId() {
      return storeId;
    }

    public void setStoreId(Long storeId) {
      this.storeId = storeId;
    }

    public String getStoreCode() {
      return storeCode;
    }

    public void setStoreCode(String storeCode) {
      this.storeCode = storeCode;
    }

    public String getCompanyName() {
      return companyName;
    }

    public void setCompanyName(String companyName) {
      this.companyName = companyName;
    }
  }

  public static final class BandingRequest extends QimenRequest<StoreResponse> {
    private final String itemId;
    private final List<Long> storeIds;

    BandingRequest(String itemId, List<Long> storeIds) {
      this.itemId = itemId;
      this.storeIds = storeIds;
    }

    @Override
    public String getApiMethodName() {
      return "taobao.qimen.itemstore.banding";
    }

    @Override
    public Class<StoreResponse> getResponseClass() {
      return StoreResponse.class;
    }

    public String getActionType() {
      return "ADD";
    }

    public String getItemId() {
      return itemId;
    }

    public List<Long> getStoreIds() {
      return storeIds;
    }
  }

  public static final class ItemStoreQueryRequest extends QimenRequest<ItemStoreResponse> {
    private final String itemId;

    ItemStoreQueryRequest(String itemId) {
      this.itemId = itemId;
    }

    @Override
    public String getApiMethodName() {
      return "taobao.qimen.itemstore.query";
    }

    @Override
    public Class<ItemStoreResponse> getResponseClass() {
      return ItemStoreResponse.class;
    }

    public String getItemId() {
      return itemId;
    }
  }

  public static final class ItemStoreResponse extends QimenResponse {
    @ApiListField("storeIds")
    @ApiField("storeId")
    private List<Long> storeIds;

    public List<Long> getStoreIds() {
      return storeIds;
    }

    public void setStoreIds(List<Long> storeIds) {
      this.storeIds = storeIds;
    }
  }

  /** Full counts of one store: userId, warehouseId and lines of billNum and quantity. */
  public static final class UploadRequest extends QimenRequest<UploadResponse> {
    private final Map<?, ?> params;

    UploadRequest(Map<?, ?> params) {
      this.params = params;
    }

    @Override
    public String getApiMethodName() {
      return "taobao.qimen.storeinventory.iteminitial";
    }

    @Override
    public Class<UploadResponse> getResponseClass() {
      return UploadResponse.class;
    }

    public String getUserId() {
      return OfficialClient.text(params, "userId");
    }

    public Date getOperationTime() {
      return new Date();
    }

    public List<UploadStore> getStores() {
      return List.of(new UploadStore(params));
    }
  }

  @ApiListType("store")
  public static final class UploadStore {
    private final Map<?, ?> params;

    UploadStore(Map<?, ?> params) {
      this.params = params;
    }

    public String getWarehouseType() {
      return "STORE";
    }

    public String getWarehouseId() {
      return OfficialClient.text(params, "warehouseId");
    }

    public List<UploadLine> getStoreInventories() {
      List<UploadLine> lines = new ArrayList<>();
      for (Object line : (List<?>) params.get("lines")) lines.add(new UploadLine((Map<?, ?>) line));
      return lines;
    }
  }

  @ApiListType("storeInventory")
  public static final class UploadLine {
    private final Map<?, ?> line;

    UploadLine(Map<?, ?> line) {
      this.line = line;
    }

    public String getBillNum() {
      return OfficialClient.text(line, "billNum");
    }

    public String getItemId() {
      return OfficialClient.text(line, "itemId");
    }

    public String getSkuId() {
      return OfficialClient.text(line, "skuId");
    }

    public String getOuterId() {
      return OfficialClient.text(line, "outerId");
    }

    public String getInventoryType() {
      return "UNCERTAINTY";
    }

    public Long getQuantity() {
      return Long.valueOf(OfficialClient.text(line, "quantity"));
    }
  }

  public static final class UploadResponse extends QimenResponse {
    @ApiListField("errorDescriptions")
    @ApiField("error")
    private List<LineError> errorDescriptions;

    public List<LineError> getErrorDescriptions() {
      return errorDescriptions;
    }

    public void setErrorDescriptions(List<LineError> errorDescriptions) {
      this.errorDescriptions = errorDescriptions;
    }
  }

  public static final class LineError {
    @ApiField("description")
    private String description;

    @ApiField("failedBillNum")
    private String failedBillNum;

    public String getDescription() {
      return description;
    }

    public void setDescription(String description) {
      this.description = description;
    }

    public String getFailedBillNum() {
      return failedBillNum;
    }

    public void setFailedBillNum(String failedBillNum) {
      this.failedBillNum = failedBillNum;
    }
  }
}
