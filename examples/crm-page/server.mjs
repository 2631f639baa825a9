// Starts the example CRM: PORTCULLIS_ORIGIN and BRAND say which workspace it shows.
import { createCrm } from './crm.mjs';

const { PORTCULLIS_ORIGIN: desk = 'http://localhost:8080', BRAND: brand, PORT = '4100', HOST = '127.0.0.1' } = process.env;
if (!brand) {
  process.stderr.write('Set BRAND to the brand in the address of your workspace: acme, when it is http://localhost:8080/b/acme/.\n');
  process.exit(1);
}
createCrm({ desk, brand }).listen(Number(PORT), HOST, () => process.stdout.write(`The CRM is at http://localhost:${PORT}. List that origin in the workspace: Settings → Privacy & Security → “Enables presentation of administration system within iFrame”.\n`));
