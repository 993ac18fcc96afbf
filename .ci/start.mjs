/** `npm start`: installs what is missing, builds, and serves the built site on localhost. PORT chooses the port. */
import { ensureInstalled, show } from './install.mjs';

ensureInstalled();
if (show('npx', ['vite', 'build', '--logLevel', 'warn']) !== 0) process.exit(1);
const { preview } = await import('vite');
const port = process.env.PORT ? Number(process.env.PORT) : undefined;
const server = await preview({ logLevel: 'warn', preview: { host: 'localhost', port: port ?? 4173, strictPort: port !== undefined } });
console.log(`Heldout is ready: ${server.resolvedUrls?.local[0]}`);
