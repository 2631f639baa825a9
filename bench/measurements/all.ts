// All measurements, in the order of the table.
import type { Measurement } from '../result.ts';
import { allowlist } from './allowlist.ts';
import { chat } from './chat.ts';
import { audit } from './audit.ts';
import { fanout } from './fanout.ts';
import { guard } from './guard.ts';
import { guardApi } from './guard-api.ts';
import { inbox } from './inbox.ts';
import { keys } from './keys.ts';
import { journalCost, replay } from './journal.ts';
import { login } from './login.ts';
import { mailJudge } from './mail-judge.ts';
import { mailIn } from './mail-in.ts';
import { media } from './media.ts';
import { intake } from './media-intake.ts';
import { memory } from './memory.ts';
import { outbox } from './outbox.ts';
import { read } from './read.ts';
import { sessionCheck } from './session-check.ts';
import { start } from './start.ts';

export const measurements: readonly Measurement[] = [guard, read, guardApi, allowlist, login, ...audit, ...memory, sessionCheck, journalCost, replay, keys, mailJudge, chat, fanout, ...inbox, mailIn, media, intake, outbox, start];
