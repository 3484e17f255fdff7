/** What signing in says in English. */
export const accessEn = {
  title: 'Sign in as operator',
  hint: 'Everybody sees everything. Operators start, approve and undo backfills.',
  password: 'Password',
  signIn: 'Sign in',
  signOut: 'Sign out',
  operator: 'Operator',
  cancel: 'Cancel',
  wait: 'The next try is in {time}.',
};
