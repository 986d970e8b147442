// Runs npm's statsd, unmodified, under a clock and a network of our own: reads {config, steps: [{packet: base64} | {flush: seconds} | {admin: command}]} from
// standard input, prints one array of Graphite lines for each flush and the answer to each command of its administration.
'use strict';
const fs = require('fs');
const net = require('net');
const os = require('os');
const path = require('path');
const root = path.dirname(require.resolve('statsd/package.json'));

const { config, steps } = JSON.parse(fs.readFileSync(0, 'utf8'));
let now = 1_795_330_000;
let flush = null;
let admin = null;
let written = '';
const flushes = [];

const RealDate = Date;
global.Date = class extends RealDate {
  constructor(...rest) { rest.length ? super(...rest) : super(now * 1000); }
  static now() { return now * 1000; }
};
const realSetTimeout = global.setTimeout;
global.setTimeout = (work, ...rest) => (work.name === 'flushMetrics' ? void (flush = work) : realSetTimeout(work, ...rest));
net.createConnection = () => ({
  addListener() {},
  on(event, listener) { if (event === 'connect') listener.call(this); },
  write(text) { written += text; },
  end() {},
});
require.cache[require.resolve(root + '/lib/mgmt_server.js')] = { id: 'mgmt', filename: 'mgmt', loaded: true, exports: { start(_, answer) { admin = answer; } } };
require.cache[root + '/servers/driven.js'] = {
  id: 'driven', filename: 'driven', loaded: true, exports: { start(_, take) { setImmediate(() => run(take)); return true; } },
};
const resolve = module.constructor._resolveFilename;
module.constructor._resolveFilename = (request, ...rest) => (request === 'driven' ? root + '/servers/driven.js' : resolve(request, ...rest));
console.log = () => {};

function run(take) {
  for (const step of steps) {
    if (step.packet !== undefined) {
      take(Buffer.from(step.packet, 'base64'), {});
    } else if (step.admin !== undefined) {
      const [command, ...words] = step.admin.trim().split(' ');
      let answer = '';
      admin(command, words, { write(text) { answer += text; }, end() { answer += '(closed)'; } });
      flushes.push(answer);
    } else {
      now = step.flush;
      written = '';
      flush();
      flushes.push(written.split('\n').filter(line => line));
    }
  }
  fs.writeSync(1, JSON.stringify(flushes));
  fs.rmSync(path.dirname(file), { recursive: true });
  // Not through 'exit', where statsd flushes once more.
  process.reallyExit(0);
}

const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'statsd-')), 'config.js');
fs.writeFileSync(file, JSON.stringify({ ...config, servers: [{ server: 'driven' }], graphiteHost: 'graphite', backends: ['./backends/graphite'] }));
process.argv[2] = file;
require(root + '/stats.js');
