// The families of events that the audit page can be filtered by, in groups by what they are about.

/** `value`: what stands before the first dot, with the dot; several with commas, where they are one thing to a reader. */
interface Family { value: string; label: string }

export const families: readonly { group: string; families: readonly Family[] }[] = [
  {
    group: 'Settings and refusals',
    families: [
      { value: 'policy.', label: 'Settings' },
      { value: 'request.', label: 'Refusals' },
      { value: 'refusals.', label: 'Floods of refusals' },
      { value: 'deviation.', label: 'Deviations from standards' },
      { value: 'evidence.', label: 'Evidence reports' },
    ],
  },
  {
    group: 'People',
    families: [
      { value: 'sign_in.', label: 'Sign-ins' },
      { value: 'session.,sessions.', label: 'Ends of sessions' },
      { value: 'step_up.', label: 'Fresh codes given' },
      { value: 'second_factor.', label: 'Codes given in place' },
      { value: 'factor.', label: 'Second factors' },
      { value: 'enrolment.', label: 'Links to enrol' },
      { value: 'code.,codes.', label: 'Codes sent and stopped' },
      { value: 'password.', label: 'Passwords' },
      { value: 'recovery_codes.', label: 'New recovery codes' },
      { value: 'recovery_code.', label: 'Used recovery codes' },
      { value: 'phone.', label: 'Phones' },
      { value: 'device.', label: 'Trusted devices' },
      { value: 'user.,users.', label: 'People invited and changed' },
      { value: 'agent.', label: 'Accounts of people' },
      { value: 'team.', label: 'Teams' },
      { value: 'availability.', label: 'Available and away' },
      { value: 'lock.', label: 'Locks' },
      { value: 'unlock.', label: 'Break-glass' },
      { value: 'setup.,brand.', label: 'Setup' },
    ],
  },
  {
    group: 'Conversations',
    families: [
      { value: 'conversation.', label: 'Conversations' },
      { value: 'message.', label: 'Messages' },
      { value: 'customer.', label: 'Customers' },
      { value: 'chat.,chat_sessions.', label: 'Chats' },
      { value: 'ticket.', label: 'Tickets' },
      { value: 'retention.', label: 'Retention' },
    ],
  },
  {
    group: 'Files and mail',
    families: [
      { value: 'file.', label: 'Files' },
      { value: 'recipient_link.', label: 'Mailed links to files' },
      { value: 'forward.', label: 'Forwards' },
      { value: 'exception.', label: 'Exceptions for forwards' },
      { value: 'mail.', label: 'Mail' },
      { value: 'notification.', label: 'Notifications' },
    ],
  },
  {
    group: 'Ways in and out',
    families: [
      { value: 'channel.', label: 'Channels' },
      { value: 'channel_key.', label: 'Ticket keys' },
      { value: 'api_key.', label: 'API keys' },
      { value: 'access_token.', label: 'Access tokens' },
      { value: 'webhook.', label: 'Webhooks' },
      { value: 'frame.,frames.', label: 'Frames' },
      { value: 'backup.', label: 'Backups' },
    ],
  },
]
