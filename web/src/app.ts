import 'htmx.org/dist/htmx.esm.js';
import './ui/security';
import 'htmx.org/dist/ext/hx-sse.js';
import './ui/optimistic';
import './ui/overlays';
import './ui/nav';
import './ui/toasts';
import './ui/palette';
import './ui/hotkeys';
import './ui/theme';
import './ui/charts';
import './ui/time';
import './ui/editor'; // before the forms' guard: choosing a voice does not leave the page
import './ui/passkeys'; // before the forms' busy button: its form is not sent by the browser
import './ui/forms';
import './ui/strength';
import './ui/copy';
import './ui/fill';
import './ui/player';
import './ui/variables';
import './ui/islands';
