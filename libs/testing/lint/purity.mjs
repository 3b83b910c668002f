/**
 * Lint rules for the layers that must give the same answer for the same input: time, identity and
 * randomness are parameters there, and the domain does nothing that takes time.
 */

const AMBIENT_TIME = 'The present time is a parameter here (codebase rule: no ambient time).';
const NO_ASYNC = 'The domain is synchronous: it decides, others wait.';

/** @param {string} message */
const rule = (message, visitor) => ({
  meta: { type: 'problem', docs: { description: message } },
  create: (context) => visitor((node) => context.report({ node, message })),
});

const isDate = (node) => node.type === 'Identifier' && node.name === 'Date';

const plugin = {
  meta: { name: 'purity' },
  rules: {
    'no-ambient-time': rule(AMBIENT_TIME, (report) => ({
      NewExpression(node) {
        if (isDate(node.callee) && node.arguments.length === 0) report(node);
      },
      CallExpression(node) {
        if (isDate(node.callee)) report(node);
      },
    })),
    'no-async': rule(NO_ASYNC, (report) => {
      const check = (node) => {
        if (node.async) report(node);
      };
      return {
        FunctionDeclaration: check,
        FunctionExpression: check,
        ArrowFunctionExpression: check,
        AwaitExpression: report,
      };
    }),
  },
};

// The linter takes a plugin as a default export.
// oxlint-disable-next-line import/no-default-export
export default plugin;
