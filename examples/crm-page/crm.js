// The CRM's own script: asks the desk's frame for a customer, and shows what the desk tells.
'use strict';

const frame = document.getElementById('desk');
const told = document.getElementById('told');
const origin = frame.dataset.desk;
/** Asked for before the frame was ready: an agent may have to sign in first. */
let waiting = null;
let ready = false;

function show(externalId) {
  waiting = externalId;
  if (ready) frame.contentWindow.postMessage({ type: 'portcullis:show', externalId }, origin); // never "*": only the desk hears it
}

for (const button of document.querySelectorAll('[data-customer]')) {
  button.addEventListener('click', () => {
    for (const other of document.querySelectorAll('[data-customer]')) other.removeAttribute('aria-current');
    button.setAttribute('aria-current', 'true');
    show(button.dataset.customer);
  });
}

const words = {
  'portcullis:ready': () => 'An agent is signed in.',
  'portcullis:signed-out': () => 'Nobody is signed in.',
  'portcullis:opened': ({ number, externalId }) => `Conversation ${number} is open${externalId ? ` (${externalId})` : ''}.`,
  'portcullis:solved': ({ number }) => `Conversation ${number} is solved.`,
  'portcullis:not-found': ({ externalId }) => `No conversation with ${externalId}.`,
};

addEventListener('message', (event) => {
  // From the desk's origin and from this very frame: other pages may send messages too.
  if (event.origin !== origin || event.source !== frame.contentWindow) return;
  const say = words[event.data?.type];
  if (!say) return;
  if (event.data.type === 'portcullis:signed-out') ready = false;
  if (event.data.type === 'portcullis:ready') {
    ready = true;
    if (waiting) show(waiting);
  }
  told.querySelector('.none')?.remove();
  const line = document.createElement('li');
  line.textContent = say(event.data);
  told.prepend(line);
});
