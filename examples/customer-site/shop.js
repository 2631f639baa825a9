// The shop's own script: hands the chat a fresh ticket when it asks for one, and tells it when the customer leaves.
'use strict';

// Calls made before the chat is there wait in `q`.
window.portcullis ??= Object.assign((...call) => window.portcullis.q.push(call), { q: [] });

const freshTicket = async () => {
  const body = new URLSearchParams({ form: document.body.dataset.form });
  const answer = await fetch('/my/ticket', { method: 'POST', body });
  return answer.ok ? (await answer.json()).ticket : null;
};
if ('signedIn' in document.body.dataset) window.portcullis('ticketFrom', freshTicket);

for (const button of document.querySelectorAll('[data-open-chat]')) button.addEventListener('click', () => window.portcullis('open'));

for (const form of document.querySelectorAll('form[data-sign-out]')) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    await window.portcullis('signOut'); // the chat forgets its session before the shop does
    form.submit();
  });
}
