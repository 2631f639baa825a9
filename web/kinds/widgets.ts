// The widget of each kind, by the kind's name; which of them want the whole width.
import type { ComponentType } from 'react'
import type { AnyKind } from '#policy/setting.ts'
import { AddressListWidget } from './address-list.tsx'
import { BytesWidget } from './bytes.tsx'
import { ChoiceWidget } from './choice.tsx'
import { CidrListWidget } from './cidr-list.tsx'
import { CountWidget } from './count.tsx'
import { DateWidget } from './date.tsx'
import { DaysWidget } from './days.tsx'
import { FileTypesWidget } from './file-types.tsx'
import { FlagWidget } from './flag.tsx'
import { HoursWidget } from './hours.tsx'
import { MinutesWidget } from './minutes.tsx'
import { OriginListWidget } from './origin-list.tsx'
import { SecondsWidget } from './seconds.tsx'
import type { WidgetProps } from './widget.ts'

type Name = AnyKind['name']

/** Total by its type: a kind without its widget does not compile. */
const widgets = {
  'address-list': AddressListWidget,
  'bytes': BytesWidget,
  'choice': ChoiceWidget,
  'cidr-list': CidrListWidget,
  'count': CountWidget,
  'date': DateWidget,
  'days': DaysWidget,
  'file-types': FileTypesWidget,
  'flag': FlagWidget,
  'hours': HoursWidget,
  'minutes': MinutesWidget,
  'origin-list': OriginListWidget,
  'seconds': SecondsWidget,
} satisfies { [N in Name]: ComponentType<WidgetProps<Extract<AnyKind, { name: N }>>> }

export const widgetOf = (name: Name): ComponentType<WidgetProps> => widgets[name] as unknown as ComponentType<WidgetProps>

const wide = new Set<Name>(['address-list', 'cidr-list', 'origin-list', 'file-types', 'choice'])
export const isWide = (name: Name): boolean => wide.has(name)
