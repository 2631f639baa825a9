// How a chat may look and what it may say first: the colours that stand beside white text with enough contrast, and the lengths of its texts.

export interface ChannelColour {
  /** As it is stored and drawn, `#rrggbb`. White text on it has a contrast of at least 4.5:1 (WCAG 2.2, 1.4.3). */
  readonly hex: string;
  readonly name: string;
}

export const channelColours: readonly ChannelColour[] = Object.freeze([
  { hex: '#0b6456', name: 'Green' },
  { hex: '#0a6a7d', name: 'Teal' },
  { hex: '#1a5fb4', name: 'Blue' },
  { hex: '#3f4ab3', name: 'Indigo' },
  { hex: '#7a3fa8', name: 'Violet' },
  { hex: '#a32d74', name: 'Magenta' },
  { hex: '#b3261e', name: 'Red' },
  { hex: '#8f4b00', name: 'Amber' },
  { hex: '#5f5b1e', name: 'Olive' },
  { hex: '#37474f', name: 'Slate' },
]);

/** What a text of a channel is called, and the most characters it may have. One-line texts must not be empty. */
export const channelTexts = Object.freeze({
  name: { label: 'Name', most: 60, oneLine: true },
  title: { label: 'Title', most: 60, oneLine: true },
  greeting: { label: 'Greeting', most: 300, oneLine: false },
  awayText: { label: 'Away text', most: 300, oneLine: false },
});

export type ChannelText = keyof typeof channelTexts;
