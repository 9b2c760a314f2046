// An identity provider for the tests, and a real one: oidc-provider, with its own pages for a person to sign in and to
// agree. Arguments: the port, the hub's address. It prints a line of JSON when it listens, and ends with its input.
// Its keys are new at each start.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { Provider } from 'oidc-provider';

const [port, hub] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'sangam',
      client_secret: 'an invented secret of the tests, & with % signs',
      redirect_uris: [`${hub}/signin/return`],
      post_logout_redirect_uris: [`${hub}/signin`],
    },
  ],
  cookies: { keys: ['a key of the tests'] },
  jwks: { keys: [{ ...key, kid: randomUUID(), alg: 'RS256', use: 'sig' }] },
  pkce: { required: () => true },
  findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
});
provider.on('server_error', (_context, error) => console.error(error));

const server = provider.listen(Number(port), '127.0.0.1', () => console.log(JSON.stringify({ issuer })));
process.stdin.resume();
process.stdin.on('end', () => {
  server.closeAllConnections();
  server.close(() => process.exit(0));
});
