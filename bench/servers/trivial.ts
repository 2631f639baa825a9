// What the trivial route answers, bare and guarded alike.
export const TRIVIAL_PATH = '/bench/trivial';
export const TRIVIAL = Object.freeze({ ok: true, text: 'The same bytes from everyone.' });
