declare module '*.svelte' {
  import type { Component } from 'svelte';
  const component: Component<{ app: import('./state/app.svelte.ts').App }>;
  export default component;
}
