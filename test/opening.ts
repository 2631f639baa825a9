// A stage for tests that open files: a channel, its customer in the chat, a team that is closed, and files that both sides have sent.
import { databaseFile } from '#server/data-folder.ts';
import type { Admin, Answer, TestHouse } from '#test/house.ts';
import { bearer, beginChat, makeChannel, type TestChannel } from '#test/chat.ts';
import { PNG, sendFile, TEXT } from '#test/files.ts';
import { behindTheStore } from '#test/stores.ts';

export interface FileStage {
  readonly channel: TestChannel;
  /** Of the customer's chat. */
  readonly token: string;
  readonly conversation: string;
  /** A picture the customer sent, and a text an agent answered with. */
  readonly fromCustomer: string;
  readonly fromAgent: string;
}

const sent = (answer: Answer): string => {
  if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
  return answer.body.file.id as string;
};

/** Sends a file of the customer, in a message. */
export async function customerFile(house: TestHouse, token: string, name = 'photo.png', bytes: Uint8Array = PNG): Promise<string> {
  const file = sent(await sendFile(house, '/api/v1/chat/files', bytes, { name, token }));
  const said = await house.call('POST', '/api/v1/chat/messages', { body: { id: `client-${file}`, text: '', files: [file] }, headers: bearer(token) });
  if (said.status !== 201) throw new Error(`Message: ${said.status} ${said.text}`);
  return file;
}

/** Sends a file of an agent, in an answer or a note. */
export async function agentFile(house: TestHouse, cookie: string, conversation: string, { name = 'blinds.txt', bytes = TEXT as Uint8Array, kind = 'text' }: { name?: string; bytes?: Uint8Array; kind?: 'text' | 'note' } = {}): Promise<string> {
  const file = sent(await sendFile(house, `/api/v1/conversations/${conversation}/files`, bytes, { name, cookie }));
  const said = await house.call('POST', `/api/v1/conversations/${conversation}/messages`, { cookie, body: { id: `client-${file}`, kind, text: 'Here it is', files: [file] } });
  if (said.status !== 201) throw new Error(`Message: ${said.status} ${said.text}`);
  return file;
}

/** `cookie`: of the admin. */
export async function openFileStage(house: TestHouse, admin: Admin, cookie: string, name = 'Shop'): Promise<FileStage> {
  const channel = await makeChannel(house, admin, cookie, undefined, name);
  const token = await beginChat(house, channel);
  const fromCustomer = await customerFile(house, token);
  const chat = await house.call('GET', '/api/v1/chat/conversation', { headers: bearer(token) });
  const conversation = chat.body.conversation.id as string;
  return { channel, token, conversation, fromCustomer, fromAgent: await agentFile(house, cookie, conversation) };
}

export const contentOf = (id: string): string => `/api/v1/files/${id}/content`;

/** What a browser sends with a page that a person opens. */
export const VISIT = Object.freeze({ accept: 'text/html,application/xhtml+xml', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'none' });

/** The path of a file's link, as an agent copies it. */
export async function linkOf(house: TestHouse, cookie: string, id: string): Promise<string> {
  const about = await house.call('GET', `/api/v1/files/${id}`, { cookie });
  if (about.status !== 200) throw new Error(`File: ${about.status} ${about.text}`);
  return new URL(about.body.link as string).pathname;
}

/** As on a full disk, for one kind of row: the row of an opening cannot be written while `act` runs. */
export async function withoutOpenings(house: TestHouse, act: () => Promise<void>): Promise<void> {
  const run = (statement: string) => behindTheStore({ file: databaseFile(house.building.parts.config) }, () => [statement]);
  await run("create trigger no_openings before insert on audit_rows when new.event = 'file.opened' begin select raise(abort, 'no room'); end");
  try {
    await act();
  } finally {
    await run('drop trigger no_openings');
  }
}
