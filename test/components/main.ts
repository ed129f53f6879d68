/** The building blocks of `renderer/ui`, one page a folder: `#controls`, `#feedback` ... The test opens them in a real browser. */
import { mount, type Component } from 'svelte';
import '../../renderer/styles/tokens.css';
import '../../renderer/styles/base.css';
import Stage from './Stage.svelte';
import Controls from './stories/Controls.svelte';
import Feedback from './stories/Feedback.svelte';
import Figures from './stories/Figures.svelte';
import Images from './stories/Images.svelte';
import Layout from './stories/Layout.svelte';
import Numbers from './stories/Numbers.svelte';
import Tables from './stories/Tables.svelte';
import Wizard from './stories/Wizard.svelte';

const STORIES: Record<string, Component> = {
  controls: Controls,
  feedback: Feedback,
  figures: Figures,
  images: Images,
  layout: Layout,
  numbers: Numbers,
  tables: Tables,
  wizard: Wizard,
};

const story = STORIES[location.hash.slice(1)];
const target = document.getElementById('app');
if (story === undefined || target === null) throw new Error(`Expected one of ${Object.keys(STORIES).join(', ')}.`);
mount(Stage, { target, props: { story } });
