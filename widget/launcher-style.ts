// How the launcher and the panel look on the site's page: a style sheet for a closed shadow root, so that no site's CSS reaches in.

export const LAUNCHER_STYLE = `
:host {
  all: initial !important; position: fixed !important; z-index: 2147483000 !important; display: block !important; inset: auto !important;
  inset-block-end: 0 !important; inset-inline-end: 0 !important; width: 0 !important; height: 0 !important; color-scheme: light dark !important;
}
:host([data-position='start']) { inset-inline-end: auto !important; inset-inline-start: 0 !important; }
* { box-sizing: border-box; }
button {
  position: fixed; inset-block-end: calc(20px + env(safe-area-inset-bottom)); inset-inline-end: calc(20px + env(safe-area-inset-right));
  width: 56px; height: 56px; padding: 0; border: 0; border-radius: 50%; display: grid; place-items: center; cursor: pointer;
  background: var(--fill); color: var(--ink); box-shadow: 0 1px 3px rgb(0 0 0 / .25), 0 6px 24px rgb(0 0 0 / .22); transition: transform 120ms;
  -webkit-tap-highlight-color: transparent;
}
:host([data-position='start']) button { inset-inline-end: auto; inset-inline-start: calc(20px + env(safe-area-inset-left)); }
button:hover { transform: scale(1.05); }
button:focus-visible { outline: 3px solid var(--fill); outline-offset: 3px; box-shadow: 0 0 0 3px Canvas, 0 6px 24px rgb(0 0 0 / .22); }
svg { width: 26px; height: 26px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; grid-area: 1 / 1; }
button[aria-expanded='true'] .speech, button[aria-expanded='false'] .cross { display: none; }
.badge {
  position: absolute; inset-block-start: -4px; inset-inline-end: -4px; min-width: 22px; height: 22px; padding: 0 6px; border-radius: 11px; border: 2px solid Canvas;
  background: #b3261e; color: #fff; font: 700 12px/18px system-ui, sans-serif; text-align: center;
}
.panel {
  position: fixed; inset-block-end: calc(90px + env(safe-area-inset-bottom)); inset-inline-end: calc(20px + env(safe-area-inset-right));
  width: min(384px, calc(100vw - 40px)); height: min(620px, calc(100dvh - 120px)); border-radius: 14px; overflow: hidden;
  background: Canvas; color: CanvasText; box-shadow: 0 0 0 1px rgb(0 0 0 / .1), 0 16px 56px rgb(0 0 0 / .28);
}
:host([data-position='start']) .panel { inset-inline-end: auto; inset-inline-start: calc(20px + env(safe-area-inset-left)); }
.panel[hidden], .badge[hidden], button[hidden] { display: none; }
.panel:not([hidden]) { animation: rise 160ms ease-out; }
@keyframes rise { from { opacity: 0; transform: translateY(10px); } }
.panel p { position: absolute; inset: 0; margin: 0; padding: 24px; display: grid; place-items: center; text-align: center; font: 15px/1.5 system-ui, sans-serif; }
iframe { position: absolute; inset: 0; width: 100%; height: 100%; border: 0; opacity: 0; color-scheme: light dark; }
iframe.here { opacity: 1; }
@media (max-width: 480px) {
  .panel, :host([data-position='start']) .panel { inset: 0; top: var(--top, 0px); bottom: auto; width: 100%; height: var(--height, 100dvh); border-radius: 0; box-shadow: none; }
  button[aria-expanded='true'] { display: none; }
}
@media (prefers-reduced-motion: reduce) { button { transition: none; } .panel:not([hidden]) { animation: none; } }
@media (forced-colors: active) { button { border: 2px solid ButtonText; } }
@media print { :host { display: none !important; } }
`
