// What the trivial route answers, bare and guarded alike.
export const TRIVIAL_PATH = '/bench/trivial';
/** The same behind the API door. */
export const TRIVIAL_API_PATH = '/bench/trivial-api';
export const TRIVIAL = Object.freeze({ ok: true, text: 'The same bytes from everyone.' });
