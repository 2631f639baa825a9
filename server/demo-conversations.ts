// The conversations of the demo brand: what its customers wrote and what its people answered, as data.

/** Who says it: the customer, a person of the demo by the part of the address before the @, or that person in a note to the team. */
export interface DemoLine {
  readonly by: 'customer' | { readonly agent: string } | { readonly note: string };
  readonly text: string;
}

export interface DemoConversation {
  readonly customer: { readonly name: string | null; readonly email?: string; readonly externalId?: string };
  readonly status: 'open' | 'pending' | 'solved' | 'archived';
  readonly assignee?: string;
  readonly team?: string;
  readonly tags?: readonly string[];
  /** Hours ago that its last line was written. */
  readonly hoursAgo: number;
  readonly lines: readonly DemoLine[];
}

export const DEMO_TEAMS = [
  { name: 'Orders', closed: false, members: ['aiko', 'samuel', 'ingrid'] },
  { name: 'Warranty', closed: false, members: ['marguerite', 'tomas'] },
  { name: 'Privacy requests', closed: true, members: ['liat'] },
] as const;

const customer = (text: string): DemoLine => ({ by: 'customer', text });
const agent = (who: string, text: string): DemoLine => ({ by: { agent: who }, text });
const note = (who: string, text: string): DemoLine => ({ by: { note: who }, text });

export const DEMO_CONVERSATIONS: readonly DemoConversation[] = [
  {
    customer: { name: 'Priya Raman', email: 'priya.raman@mail.example', externalId: 'NW-20418' }, status: 'open', assignee: 'dana', team: 'Orders', tags: ['delivery'], hoursAgo: 0.1,
    lines: [
      customer('Hi, my order NW-88213 should have come on Friday. The tracking page has not moved since Wednesday.'),
      agent('dana', 'Hello Priya, I see it: it stands in the depot in Lyon. Let me ask the carrier what it waits for.'),
      note('dana', 'Carrier says the label was torn; they print a new one today.'),
      customer('Thank you! We leave for the mountains on Saturday, so I need the stove before that.'),
    ],
  },
  {
    customer: { name: 'Jonas Weber', email: 'jonas.weber@mail.example', externalId: 'NW-19077' }, status: 'open', team: 'Warranty', tags: ['tent', 'warranty'], hoursAgo: 0.6,
    lines: [customer('The zip of my Fjell 3 tent broke on the second trip. Is that covered?'), customer('I can send pictures if that helps.')],
  },
  {
    customer: { name: null }, status: 'open', hoursAgo: 1.2,
    lines: [customer('Do you have the Kestrel 45 rucksack in size S in your shop in Haifa?')],
  },
  {
    customer: { name: 'נועה ברק', email: 'noa.barak@mail.example', externalId: 'NW-21930' }, status: 'open', assignee: 'liat', tags: ['delivery'], hoursAgo: 2.4,
    lines: [customer('שלום, ההזמנה שלי הגיעה עם שק שינה במידה הלא נכונה. אפשר להחליף?'), agent('liat', 'שלום נועה, בוודאי. אשלח לך תווית החזרה עוד היום.'), customer('תודה רבה!')],
  },
  {
    customer: { name: 'Mateo Fuentes', email: 'mateo@mail.example' }, status: 'pending', assignee: 'dana', tags: ['refund'], hoursAgo: 5,
    lines: [customer('I sent the jacket back two weeks ago and have not seen the money yet.'), agent('dana', 'Sorry about that, Mateo. Could you tell me the number on the return slip?')],
  },
  {
    customer: { name: 'Hanna Kowalczyk', externalId: 'NW-17702' }, status: 'pending', assignee: 'aiko', team: 'Orders', hoursAgo: 9,
    lines: [customer('Can I change the address of an order that is on its way?'), agent('aiko', 'If it has not left our warehouse, yes. Which order is it?')],
  },
  {
    customer: { name: 'Olu Adeyemi', email: 'olu.adeyemi@mail.example', externalId: 'NW-20881' }, status: 'open', team: 'Privacy requests', tags: ['privacy'], hoursAgo: 20,
    lines: [customer('Please send me everything you keep about me, and then delete my account.'), note('liat', 'Export first, then erase. Due within a month.')],
  },
  {
    customer: { name: 'Freya Lindqvist', email: 'freya@mail.example' }, status: 'solved', assignee: 'tomas', team: 'Warranty', tags: ['stove', 'warranty'], hoursAgo: 26,
    lines: [customer('My stove whistles. Is that dangerous?'), agent('tomas', 'It is the jet; it needs cleaning. Nothing dangerous, but do it outside.'), customer('Did it, quiet now. Thanks!')],
  },
  {
    customer: { name: '田中 健', email: 'ken.tanaka@mail.example', externalId: 'NW-20111' }, status: 'solved', assignee: 'aiko', team: 'Orders', hoursAgo: 50,
    lines: [customer('注文の領収書を送っていただけますか？'), agent('aiko', 'はい、マイアカウントの「注文履歴」からもご覧いただけます。'), customer('見つかりました。ありがとうございます。')],
  },
  {
    customer: { name: 'Beatriz Souza', email: 'bia@mail.example' }, status: 'archived', assignee: 'dana', hoursAgo: 210,
    lines: [customer('Is the climbing rope suited for a gym?'), agent('dana', 'Yes, it is a single rope of 9.8 mm.'), customer('Perfect.')],
  },
];
