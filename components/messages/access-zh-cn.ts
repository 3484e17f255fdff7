import type { accessEn } from './access-en.ts';

/** What signing in says in Chinese. */
export const accessZhCN: typeof accessEn = {
  title: '操作员登录',
  hint: '所有人都可以查看。启动、批准和撤销回填需要操作员权限。',
  password: '密码',
  signIn: '登录',
  signOut: '退出登录',
  operator: '操作员',
  cancel: '取消',
  audit: '操作记录',
  auditFailed: '无法显示记录：{reason}',
  auditNone: '暂无任何更改。',
  time: '时间',
  actor: '操作者',
  from: '来源',
  what: '操作',
  wait: '{time}后可再试。',
};
