// The people of the demo brand: believable names and roles, with addresses of the documentation networks (RFC 5737, RFC 3849).

export interface DemoPerson {
  readonly name: string;
  readonly local: string;
  readonly role: 'admin' | 'agent';
  readonly capabilities: readonly string[];
  readonly hasFactor: boolean;
  readonly address: string;
}

export const DEMO_SLUG = 'northwind';
export const DEMO_NAME = 'Northwind Outdoor';
export const DEMO_DOMAIN = 'northwind.example';

export const DEMO_PEOPLE: readonly DemoPerson[] = [
  { name: 'Dana Levi', local: 'dana', role: 'admin', capabilities: [], hasFactor: true, address: '203.0.113.9' },
  { name: 'Tomás Rivera', local: 'tomas', role: 'admin', capabilities: [], hasFactor: true, address: '203.0.113.14' },
  { name: 'Aiko Tanaka', local: 'aiko', role: 'agent', capabilities: ['remote_access'], hasFactor: true, address: '198.51.100.27' },
  { name: 'Marguerite Dubois', local: 'marguerite', role: 'agent', capabilities: ['remote_access', 'forward'], hasFactor: true, address: '2001:db8:40::1c' },
  { name: 'Samuel Okafor', local: 'samuel', role: 'agent', capabilities: [], hasFactor: false, address: '203.0.113.21' },
  { name: 'ליאת כהן', local: 'liat', role: 'agent', capabilities: ['see_audit'], hasFactor: true, address: '203.0.113.33' },
  { name: 'Ingrid Sørensen', local: 'ingrid', role: 'agent', capabilities: [], hasFactor: false, address: '203.0.113.34' },
];
