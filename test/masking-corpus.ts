// Mails that a seed makes: ordinary text of many languages with known values of a customer planted in many spellings, and what looks like them and is not.
import { domainToUnicode } from 'node:url';
import type { Known } from '#inbox/known-values.ts';
import { mulberry } from '#test/masking-random.ts';

export interface Piece {
  readonly text: string;
  /** A known value stands here; the rest must come through as it is. */
  readonly planted: boolean;
}

export interface MadeMail {
  readonly language: string;
  readonly known: Known;
  readonly part: 'body' | 'subject' | 'header' | 'quoted' | 'file name' | 'link';
  readonly pieces: readonly Piece[];
}

interface Tongue {
  readonly language: string;
  readonly names: readonly (readonly [given: string, family: string])[];
  readonly phones: readonly string[];
  readonly talk: readonly string[];
  /** Family name first, written in one. */
  readonly solid?: true;
}

const TONGUES: readonly Tongue[] = [
  { language: 'en', names: [['Wilhelmina', 'Quintero'], ['Siobhan', "O'Connell"], ['Theodore', 'Ashcombe-Vale'], ['Bo', 'Whittaker']], phones: ['+14155550132', '+442079460958'], talk: ['The parcel left our depot on Tuesday.', 'Please check order 4471 before noon.', 'We called twice and nobody answered.', 'Her sister Josephine lives next door.'] },
  { language: 'de', names: [['Jürgen', 'Müller-Größ'], ['Käthe', 'Weißenböck'], ['Anneliese', 'von Straßberg']], phones: ['+4915123456789', '+49301234567'], talk: ['Die Lieferung kommt am Mittwoch.', 'Bitte prüfen Sie den Vorgang 4471.', 'Der Müllwagen stand vor dem Tor.', 'Im Anhang liegt die Rechnung.'] },
  { language: 'fr', names: [['Zoé', 'Lefèvre'], ['Jean-François', 'Bélanger']], phones: ['+33612345678'], talk: ['Le colis est parti mardi.', 'La côte était belle, merci.', 'Merci de vérifier la commande 4471.'] },
  { language: 'pl', names: [['Zbigniew', 'Wiśniewski'], ['Łucja', 'Dąbrowska']], phones: ['+48512345678'], talk: ['Paczka wyszła we wtorek.', 'Proszę sprawdzić zamówienie 4471.'] },
  { language: 'ru', names: [['Семён', 'Королёв'], ['Аграфена', 'Толстых']], phones: ['+79161234567'], talk: ['Посылка вышла во вторник.', 'Проверьте, пожалуйста, заказ 4471.'] },
  { language: 'el', names: [['Ευτέρπη', 'Παπαδάκης']], phones: ['+306912345678'], talk: ['Το δέμα έφυγε την Τρίτη.', 'Ελέγξτε την παραγγελία 4471.'] },
  { language: 'he', names: [['אביגיל', 'רוזנבלום'], ['נעמי', 'שטרן']], phones: ['+972501234567'], talk: ['החבילה יצאה ביום שלישי.', 'נא לבדוק את הזמנה 4471.', 'דיברנו עם המחסן אתמול.'] },
  { language: 'ar', names: [['فاطمة', 'الزهراني'], ['عبد الرحمن', 'المنصوري']], phones: ['+966501234567'], talk: ['غادر الطرد يوم الثلاثاء.', 'يرجى مراجعة الطلب 4471.', 'تحدثنا مع المستودع أمس.'] },
  { language: 'ja', names: [['太郎', '田中'], ['さくら', '高橋']], phones: ['+819012345678'], solid: true, talk: ['荷物は火曜日に出ました。', '注文4471をご確認ください。', '担当者から連絡します。'] },
  { language: 'zh', names: [['小明', '欧阳'], ['淑芬', '林']], phones: ['+8613812345678'], solid: true, talk: ['包裹星期二已经发出。', '请核对订单4471。', '我们会尽快回复。'] },
  { language: 'ko', names: [['민수', '김'], ['서연', '박']], phones: ['+821012345678'], solid: true, talk: ['택배는 화요일에 출발했습니다.', '주문 4471을 확인해 주세요.'] },
  { language: 'th', names: [['สมหญิง', 'รักไทย']], phones: ['+66812345678'], talk: ['พัสดุออกเมื่อวันอังคาร', 'กรุณาตรวจสอบคำสั่งซื้อ 4471'] },
];
/** Like known values, and somebody else's. */
const OTHERS = ['josephine@partner.example', '+49 170 9998877', 'ORD-556677', '2026-11-29', '10:30', '129,90 EUR', 'https://shop.example/help?topic=returns', 'RMA 20-4471', '+1 212 555 0199'];

type Pick = <T>(list: readonly T[]) => T;
type Spell = (value: string, pick: Pick) => string;
const between = (value: string, mark: string): string => [...value].join(mark);
const digits = (value: string, zero: number): string => value.replaceAll(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
const entity = (sign: string): string => `&#${sign.codePointAt(0)};`;
const bare = (value: string): string => value.normalize('NFD').replaceAll(/(?<=[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Hebrew}\p{Script=Arabic}])\p{M}+/gu, '').normalize('NFC');

const ANYWHERE: readonly Spell[] = [
  (value) => value, (value) => value, (value) => value.toUpperCase(), (value) => value.toLowerCase(), (value) => value.normalize('NFD'),
  (value, pick) => between(value, pick(['\u200b', '\u00ad', '\u2060', '\u200e', '\ufeff'])), (value) => encodeURIComponent(value), (value) => [...value].map(entity).join(''),
  (value) => value.replaceAll(/[!-~]/g, (sign) => String.fromCodePoint(sign.codePointAt(0)! + 0xfee0)), (value) => `\u202b${value}\u202c`,
];
const NAMES: readonly Spell[] = [...ANYWHERE, (value) => value.replaceAll(' ', '\u00a0'), (value) => value.replaceAll(' ', '  '), (value) => value.replaceAll(' ', '\n> '), (value) => value.replaceAll(/[ ']/g, '_'), (value) => bare(value), (value) => between(value, ' ')];
const UMLAUTS: Spell = (value) => value.replaceAll(/[äöü]/g, (sign) => ({ ä: 'ae', ö: 'oe', ü: 'ue' })[sign]!).replaceAll('ß', 'ss');
const EMAILS: readonly Spell[] = [
  ...ANYWHERE, (value) => `mailto:${value}`, (value) => `<${value}>`, (value) => value.replace('@', ' (at) ').replaceAll('.', ' dot '), (value) => value.replace('@', '[at]').replaceAll('.', '[dot]'), (value) => value.replace('@', '%40'), (value) => value.replace('@', '&commat;'),
  (value) => value.replace('@', '+news@'), (value) => value.replace('@', ' at '), (value) => value.replace('@', '@\n> '),
  (value) => `${value.slice(0, value.indexOf('@') + 1)}${domainToUnicode(value.slice(value.indexOf('@') + 1))}`, (value) => `=?utf-8?B?${Buffer.from(value).toString('base64')}?=`, (value) => Buffer.from(`to=${value}`).toString('base64url'),
];
const national = (value: string): string => value.replace(/^\+(?:49|44|33|972|966|82|81|66|7|1|48|30|86)/, '0');
const grouped = (value: string, mark: string): string => value.replaceAll(/(\+?\d{3})(?=\d)/g, `$1${mark}`);
const PHONES: readonly Spell[] = [
  (value) => value, (value) => value.replace('+', '00'), (value) => grouped(value, ' '), (value) => grouped(value, '-'), (value) => grouped(value, '.'), (value) => grouped(value, ' / '), (value) => grouped(value, '\u00a0'),
  (value) => national(value), (value) => grouped(national(value), ' '), (value) => `(${national(value).slice(0, 4)}) ${national(value).slice(4)}`, (value) => digits(value, 0x660), (value) => digits(grouped(value, ' '), 0x6f0), (value) => digits(national(value), 0xff10),
  (value) => encodeURIComponent(value), (value) => `tel:${value}`, (value) => between(value, '\u200b'), (value) => between(value.slice(1), ' '),
];
const VALUES: readonly Spell[] = [...ANYWHERE, (value) => value.replaceAll(/[- ]/g, ''), (value) => value.replaceAll(/[- ]/g, '_'), (value) => value.replaceAll('-', '\u2011'), (value) => value.replaceAll('-', ' – ')];

function knownOf({ names, phones, solid }: Tongue, pick: Pick, at: number): Known {
  const [given, family] = pick(names);
  const host = pick(['shop.example', 'mail.shop.example', 'xn--bcher-kva.example', 'post.example.org']);
  return {
    names: [solid === true ? `${family}${pick(['', ' '])}${given}` : `${given} ${family}`], emails: [`kunde.${at % 977}x@${host}`], phones: [pick(phones)],
    externalIds: [`CUST-${700_000 + (at % 90_000)}`], others: [pick(['Zauberstrasse 99', 'DE89 3704 0044 0532 0130 00', 'Vandermeer', '1987-03-05', 'Kaninchenweg 7, 10115 Berlin'])],
  };
}

/** A value, or a part of the name, in one of its spellings. */
function planted(known: Known, tongue: Tongue, pick: Pick): string {
  const name = known.names[0]!;
  const parts = name.split(/ /u).filter((part) => [...part].length >= (tongue.solid === true ? 2 : 3) && part !== 'von' && part !== 'عبد');
  const kind = pick(['name', 'name', 'part', 'email', 'email', 'phone', 'phone', 'id', 'field'] as const);
  if (kind === 'email') return pick(EMAILS)(known.emails[0]!, pick);
  if (kind === 'phone') return pick(PHONES)(known.phones[0]!, pick);
  if (kind === 'id') return pick(VALUES)(known.externalIds[0]!, pick);
  if (kind === 'field') return pick(known.others[0] === '1987-03-05' ? [(value) => value, (value) => value.split('-').toReversed().join('.'), encodeURIComponent] as Spell[] : VALUES)(known.others[0]!, pick);
  const value = kind === 'part' && parts.length > 0 ? pick(parts) : name;
  return pick(tongue.language === 'de' ? [...NAMES, UMLAUTS] : NAMES)(value, pick);
}

/** Mails of one customer. */
const OF_ONE = 20;

/** The mails of a seed, always the same. */
export function mailsOf(seed: number, many: number): MadeMail[] {
  const random = mulberry(seed);
  const pick: Pick = (list) => list[Math.floor(random() * list.length)]!;
  let known: Known | undefined;
  return Array.from({ length: many }, (_, at): MadeMail => {
    const tongue = TONGUES[Math.floor(at / OF_ONE) % TONGUES.length]!;
    known = known === undefined || at % OF_ONE === 0 ? knownOf(tongue, pick, at) : known;
    const part = pick(['body', 'body', 'body', 'subject', 'header', 'quoted', 'file name', 'link'] as const);
    const plain = (text: string): Piece => ({ text, planted: false });
    const whose = known;
    const value = (): Piece => ({ text: planted(whose, tongue, pick), planted: true });
    if (part === 'file name') return { language: tongue.language, known, part, pieces: [plain(pick(['scan_', 'Invoice ', 'photo-', ''])), value(), plain(pick(['.pdf', '_2.jpg', ' (1).docx']))] };
    if (part === 'link') return { language: tongue.language, known, part, pieces: [plain('https://crm.example/find?q='), { text: encodeURIComponent(planted(whose, tongue, pick)), planted: true }, plain('&page=2')] };
    if (part === 'header') return { language: tongue.language, known, part, pieces: [plain('From: '), value(), plain('\nSubject: '), plain(pick(tongue.talk)), plain(' / '), value()] };
    const lines = Array.from({ length: part === 'subject' ? 1 : 2 + Math.floor(random() * 4) }, () => [plain(`${pick(tongue.talk)} `), value(), plain(` ${pick(OTHERS)}. `)]);
    return { language: tongue.language, known, part, pieces: lines.flatMap((line) => (part === 'quoted' ? [plain('\n> > '), ...line] : line)) };
  });
}
