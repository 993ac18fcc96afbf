import { mount } from 'svelte';
import { createApp } from './state/create-app.ts';
import Page from './ui/Page.svelte';
import './ui/tokens.css';
import './ui/base.css';

const target = document.getElementById('app');
if (!target) throw new Error('The page has no element with id “app”.');
mount(Page, { target, props: { app: createApp(location.search) } });
