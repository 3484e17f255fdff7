/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  devIndicators: false,
  // The wall and the board hold one socket for days: a second mount in development would hide real leaks.
  reactStrictMode: true,
  // `npm run check` owns types and lint, so that a build says only whether it builds.
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: import.meta.dirname },
};
