import { mount } from 'svelte';
import '../styles/tokens.css';
import '../styles/base.css';
import App from './App.svelte';

const target = document.getElementById('app');
if (target === null) throw new Error('Expected an element #app in index.html, found none.');
mount(App, { target });
