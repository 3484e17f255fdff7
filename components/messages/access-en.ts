/** What signing in says in English. */
export const accessEn = {
  title: 'Sign in as operator',
  hint: 'Everybody sees everything. Operators start, approve and undo backfills.',
  password: 'Password',
  signIn: 'Sign in',
  signOut: 'Sign out',
  operator: 'Operator',
  cancel: 'Cancel',
  audit: 'Who did what',
  auditFailed: 'The list can’t be shown: {reason}',
  auditNone: 'Nobody has changed anything yet.',
  time: 'Time',
  actor: 'Who',
  from: 'From',
  what: 'What',
  wait: 'The next try is in {time}.',
};
