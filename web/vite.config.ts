import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig, type Plugin } from 'vite';

const OUT = '../src/inspralv/shell/static/dist';

/** Compress once, at build time; the server only picks the best file for a browser. */
function precompress(): Plugin {
  return {
    name: 'precompress',
    async closeBundle() {
      const folder = join(import.meta.dirname, OUT);
      for (const name of await readdir(folder)) {
        if (!/\.(js|css)$/.test(name)) continue;
        const body = await readFile(join(folder, name));
        await writeFile(join(folder, `${name}.gz`), gzipSync(body, { level: 9 }));
        await writeFile(join(folder, `${name}.br`), brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
      }
    },
  };
}

// One tool, one config: TypeScript + Tailwind in, hashed immutable files + manifest out.
export default defineConfig({
  plugins: [tailwindcss({ optimize: false }), precompress()], // Tailwind's optimiser lowers light-dark() to hacks; Vite minifies below
  base: '/assets/',
  worker: { rolldownOptions: { output: { entryFileNames: '[name].[hash].js' } } },
  build: {
    outDir: OUT,
    emptyOutDir: true,
    assetsDir: '.',
    manifest: 'manifest.json',
    target: 'es2023',
    cssMinify: 'lightningcss',
    cssTarget: ['chrome125', 'edge125', 'firefox128', 'safari17.5'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900, // the voice SDK, an island that is fetched on first use
    rolldownOptions: {
      input: { app: 'src/app.ts', styles: 'src/app.css' },
      output: { entryFileNames: '[name].[hash].js', chunkFileNames: '[name].[hash].js', assetFileNames: '[name].[hash][extname]' },
    },
  },
});
