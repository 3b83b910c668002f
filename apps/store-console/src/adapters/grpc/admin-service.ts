import { ClerkRole, StoreConsoleAdminServiceService } from '@astrolabe/contracts/storeconsole';
import type {
  GetShippingRequest,
  GetShippingResponse,
  PutClerkRequest,
  PutClerkResponse,
  PutShopRequest,
  PutShopResponse,
} from '@astrolabe/contracts/storeconsole';
import { GRPC, GrpcRefusal, orderOf, unary } from '@astrolabe/grpc';
import type { GrpcServerOptions } from '@astrolabe/grpc';
import { INNER_ADDRESS_DETAILS, spiUrlProblem } from '@astrolabe/spi';
import type { SpiUrlRule } from '@astrolabe/spi';
import type { Shippings, Shops } from '../../application/ports.ts';
import type { makePutClerk } from '../../application/sign-in.ts';
import type { Parcel } from '../../domain/shipping.ts';

export type AdminDeps = {
  putClerk: ReturnType<typeof makePutClerk>;
  shops: Pick<Shops, 'put'>;
  shippings: Pick<Shippings, 'load'>;
  /** What Tmall's address must satisfy. */
  urlRule: SpiUrlRule;
};

const PASSWORD_MIN = 10;
const PASSWORD_MAX = 200;

const invalid = (reason: string, details: string): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.invalidArgument, reason, details });

/** The administration of clerks and shops, for inside the cluster. */
export const adminService = ({
  putClerk,
  shops,
  shippings,
  urlRule,
}: AdminDeps): GrpcServerOptions['services'][number] => [
  StoreConsoleAdminServiceService,
  {
    putClerk: unary<PutClerkRequest, PutClerkResponse>('putClerk', async ({ clerk }) => {
      if (!clerk?.login || !clerk.name || !clerk.sellerId || !clerk.storeId) {
        throw invalid('MISSING_FIELD', 'login, name, seller_id and store_id are required');
      }
      const { length } = clerk.password;
      if (length < PASSWORD_MIN || length > PASSWORD_MAX) {
        throw invalid(
          'BAD_PASSWORD',
          `a password has ${PASSWORD_MIN} to ${PASSWORD_MAX} characters`,
        );
      }
      if (clerk.role !== ClerkRole.CLERK && clerk.role !== ClerkRole.MANAGER) {
        throw invalid('MISSING_FIELD', 'role is required');
      }
      await putClerk({ ...clerk, role: clerk.role === ClerkRole.MANAGER ? 'MANAGER' : 'CLERK' });
      return {};
    }),
    putShop: unary<PutShopRequest, PutShopResponse>('putShop', async ({ shop }) => {
      if (!shop?.sellerId) throw invalid('MISSING_FIELD', 'seller_id is required');
      if (shop.tmallUrl !== '' && (!shop.appKey || !shop.secret || !shop.session)) {
        throw invalid('MISSING_FIELD', 'app_key, secret and session are required');
      }
      const problem = await spiUrlProblem(shop.tmallUrl, urlRule);
      if (problem === 'INNER_ADDRESS') throw invalid(problem, INNER_ADDRESS_DETAILS);
      if (problem) {
        throw invalid('BAD_TMALL_URL', 'the address must be HTTPS, without query or credentials');
      }
      await shops.put({ ...shop, tmallUrl: shop.tmallUrl.replace(/\/+$/, '') });
      return {};
    }),
    getShipping: unary<GetShippingRequest, GetShippingResponse>('getShipping', async (request) => ({
      parcels: ((await shippings.load(orderOf(request)))?.parcels ?? []).map(toMessage),
    })),
  },
];

const toMessage = (parcel: Parcel): GetShippingResponse['parcels'][number] => ({
  subOrderIds: [...parcel.subOrderIds],
  storeId: parcel.storeId,
  allocation: parcel.allocation,
  company: parcel.company,
  mailNo: parcel.mailNo,
  state: parcel.state,
  attempts: parcel.attempts,
  errorCode: parcel.problem?.code ?? '',
  errorMessage: parcel.problem?.message ?? '',
  shippedAt: parcel.shippedAt ?? undefined,
});
