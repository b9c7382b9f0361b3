import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'rolldown';

/** One program with its libraries in it (docs/decisions/bundle.md). */
export default defineConfig({
  input: 'src/main.ts',
  platform: 'node',
  // what main.ts awaits must not import main.ts, or neither would end
  preserveEntrySignatures: 'strict',
  logLevel: 'warn',
  resolve: {
    // jsonc-parser's main file requires its parts in a way that no bundler can follow
    mainFields: ['module', 'main'],
    // dockerode loads them for ssh:// and BuildKit sessions, which we never open; ssh2 would compile native parts
    alias: { ssh2: false, '@grpc/grpc-js': false, '@grpc/proto-loader': false, protobufjs: false },
  },
  // flat, because package.ts finds the package from where it is
  output: { dir: 'dist', chunkFileNames: '[name]-[hash].js', cleanDir: true },
  plugins: [packageFiles()],
});

/** What the bundled packages need beside their code: their licences, and the script that `open` calls. Beside them the main help. */
function packageFiles(): Plugin {
  return {
    name: 'package-files',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
      const folders = new Set(
        modules
          .flatMap((id) => /^[^\0].*[\\/]node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/.exec(id)?.[0] ?? [])
          .sort(),
      );
      this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY.txt', source: [...folders].map(notice).join('\n\n') });
    },
    writeBundle() {
      copyFileSync('node_modules/open/xdg-open', 'dist/xdg-open');
      chmodSync('dist/main.js', 0o755);
      writeFileSync('dist/help.txt', execFileSync(process.execPath, ['dist/main.js', '--help'], { env: {} }));
    },
  };
}

function notice(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>;
  const texts = readdirSync(folder).filter((name) => /^((un)?licen[cs]e|notice|copying)/i.test(name));
  return [
    `${manifest['name'] ?? ''} ${manifest['version'] ?? ''} (${manifest['license'] ?? 'see below'})`,
    ...texts.map((name) => readFileSync(join(folder, name), 'utf8').trim()),
  ].join('\n\n');
}
