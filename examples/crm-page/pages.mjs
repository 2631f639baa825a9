// The page of the example CRM: its customers at one side, the workspace in a frame at the other.

/** The customers of the CRM. Their ids are those that the shop of examples/customer-site puts into its tickets. */
export const CUSTOMERS = [
  { id: 'cust-1001', name: 'Maya Cohen', deal: 'Renewal, 12 lamps', value: '€ 1,740' },
  { id: 'cust-1002', name: 'Tom Becker', deal: 'New kitchen set', value: '€ 620' },
  { id: 'cust-1003', name: 'Ruth Adler', deal: 'Quote for a hotel', value: '€ 18,200' },
];

const escape = (text) => String(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

export function page({ desk, brand }) {
  const rows = CUSTOMERS.map(({ id, name, deal, value }) => `<li><button type="button" data-customer="${escape(id)}"><strong>${escape(name)}</strong><span>${escape(deal)}</span><small>${escape(value)}</small></button></li>`).join('');
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Pipeline · Tally CRM</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/crm.css"></head>
<body>
<header><strong>Tally</strong> CRM</header>
<main>
<section class="deals" aria-label="Customers"><h1>Pipeline</h1><ul>${rows}</ul><h2>What the desk told us</h2><ol id="told" aria-live="polite"><li class="none">Nothing yet.</li></ol></section>
<iframe id="desk" title="Conversations" src="${escape(`${desk}/b/${encodeURIComponent(brand)}/embed`)}" data-desk="${escape(desk)}"></iframe>
</main>
<script src="/crm.js" defer></script>
</body>
</html>`;
}
