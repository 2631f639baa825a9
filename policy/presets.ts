// The standards that the settings can be held against, in the order of the page.
import type { Preset } from './preset.ts';
import { asCommBox } from './presets/as-commbox.ts';
import { nist80063b } from './presets/nist-800-63b.ts';
import { owaspAsvs } from './presets/owasp-asvs.ts';
import { pciDss } from './presets/pci-dss.ts';

export const presets: readonly Preset[] = Object.freeze([pciDss, nist80063b, owaspAsvs, asCommBox]);

export const presetById = (id: string): Preset | undefined => presets.find((preset) => preset.id === id);
