// The shop's pages as HTML; everything that varies passes `text`.

const text = (value) => String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const GOODS = [
  { name: 'Camp lantern', price: '€ 89', art: 'lamp', note: 'Warm light, forty hours' },
  { name: 'Enamel bowl', price: '€ 34', art: 'bowl', note: 'Light, holds the heat' },
  { name: 'Camp apron', price: '€ 42', art: 'apron', note: 'Waxed cotton, four colours' },
  { name: 'Trail notebook', price: '€ 16', art: 'book', note: 'Lies flat, 160 pages' },
];

const ART = {
  lamp: '<path d="M70 150h60M100 150V95M62 95l14-50h48l14 50z"/><circle cx="100" cy="112" r="5"/>',
  bowl: '<path d="M45 90h110a55 55 0 0 1-38 52v8H83v-8a55 55 0 0 1-38-52z"/><path d="M60 76c14-10 26 6 40-4s26 4 40-4"/>',
  apron: '<path d="M78 45c0 14 44 14 44 0l8 4v30l14 8v63H56V87l14-8V49z"/><path d="M80 108h40v24H80zM56 92 36 84M144 92l20-8"/>',
  book: '<path d="M58 45h84v110H58zM72 45v110M88 75h38M88 90h38"/>',
};

/** Signing out is a form, so that a link or a picture on another site cannot do it. */
function frame({ desk, channel, chat, title, visit, lang = 'en', dir = 'ltr' }, main) {
  const { customer, form } = visit;
  const account = customer
    ? `<a href="/my">My account</a><form method="post" action="/sign-out" data-sign-out><input type="hidden" name="form" value="${text(form)}"><button>Sign out</button></form>`
    : '<a href="/sign-in">Sign in</a>';
  return `<!doctype html>
<html lang="${text(lang)}" dir="${text(dir)}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"><meta name="color-scheme" content="light dark">
<title>${text(title)} · Northwind Outdoor</title>
<link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/shop.css">
<script src="/shop.js" defer></script>
${chat ? `<script src="${text(desk)}/chat.js" data-channel="${text(channel)}" async></script>` : ''}
</head>
<body${customer ? ' data-signed-in' : ''} data-form="${text(form)}">
<header><a class="brand" href="/">Northwind <span>Outdoor</span></a><nav aria-label="Shop"><a href="/#goods">Shop</a><a href="/help">Help</a>${account}</nav></header>
<main>${main}</main>
<footer><p>Northwind Outdoor is not a real shop: it shows how a site uses the Portcullis chat.</p></footer>
</body>
</html>`;
}

export const pages = {
  front: (about) => frame({ ...about, title: 'Things for a calm home' }, `
<section class="hero"><div><h1>Things for a calm home</h1><p>Made in small workshops, sent in recycled paper, mended for free.</p><a class="button" href="#goods">See what is new</a></div></section>
<section id="goods"><h2>New this autumn</h2><ul class="goods">${GOODS.map(({ name, price, art, note }) => `<li><svg viewBox="0 0 200 200" aria-hidden="true" class="${art}">${ART[art]}</svg><h3>${text(name)}</h3><p>${text(note)}</p><p class="price">${text(price)}</p></li>`).join('')}</ul></section>`),

  help: (about) => frame({ ...about, title: 'Help' }, '<section class="narrow"><h1>How can we help?</h1><p>Write to us with the button in the corner. If you are signed in, we already know your orders.</p><p><button class="button" type="button" data-open-chat>Write to us</button></p></section>'),

  signIn: (about, wrong = false) => frame({ ...about, title: 'Sign in' }, `
<section class="narrow"><h1>Sign in</h1>${wrong ? '<p class="wrong" role="alert">This email and password do not go together. Try one of the two below.</p>' : ''}
<form method="post" action="/sign-in" class="card"><input type="hidden" name="form" value="${text(about.visit.form)}">
<label for="email">Email</label><input id="email" name="email" type="email" autocomplete="username" required>
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required>
<button class="button">Sign in</button></form>
<p class="hint">Two customers to try: <code>maya@example.com</code> with <code>olive tree</code>, and <code>tom@example.com</code> with <code>river stone</code>.</p></section>`),

  account: (about) => frame({ ...about, title: 'My account' }, `
<section class="narrow"><h1>Hello, ${text(about.visit.customer.name)}</h1><h2>Your orders</h2>
<ul class="orders">${about.visit.customer.orders.map(({ number, what, state }) => `<li><span>${text(what)}</span><small>${text(number)}</small><strong>${text(state)}</strong></li>`).join('')}</ul>
<p>A question about an order? <button class="button small" type="button" data-open-chat>Ask us in the chat</button></p><p class="hint">The chat knows that it is you: this page hands it a ticket that the shop has just made.</p></section>`),

  missing: (about) => frame({ ...about, title: 'Not found' }, '<section class="narrow"><h1>Nothing here</h1><p>This page does not exist. <a href="/">Go to the shop</a>.</p></section>'),
};
