import type { AuditEntry, AuditLog } from '../../../application/audit-ports.ts';
import { queryOf } from '../routes.ts';
import type { Routes } from '../routes.ts';
import { refuse } from '../session.ts';

const PAGE_SIZE = 50;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;

/** An instant of an address; null for none, undefined for a text that is no instant. */
function instantOf(text: string): Date | null | undefined {
  if (text === '') return null;
  const at = new Date(text);
  return INSTANT.test(text) && !Number.isNaN(at.getTime()) ? at : undefined;
}

const entryJson = ({ sequence, at, about, ...told }: AuditEntry) => ({
  ...told,
  sequence: sequence.toString(),
  at: at.toISOString(),
  about: about.toString(),
});

/**
 * Who did what, newest first: of one person (`login`), one action, one seller, from an instant to before
 * another. It is of every seller, so it is for who acts for all.
 */
export function registerAudit(routes: Routes, audit: Pick<AuditLog, 'page'>): void {
  routes.platform('GET', '/api/audit', 'audit.read', async (_caller, request, reply) => {
    const query = queryOf(request);
    const { login = '', action = '', seller = '', token = '' } = query;
    const [from, to] = [instantOf(query['from'] ?? ''), instantOf(query['to'] ?? '')];
    if (from === undefined || to === undefined) {
      return await refuse(reply, 400, 'BAD_REQUEST', { message: 'from and to are instants' });
    }
    const page = await audit.page({ login, action, sellerId: seller, from, to }, PAGE_SIZE, token);
    if (!page) return await refuse(reply, 400, 'INVALID_PAGE_TOKEN', { message: token });
    return { entries: page.entries.map((one) => entryJson(one)), nextToken: page.next };
  });
}
