// Loaded by `node --import`: writes each connection over a network that the process begins, and each name that it looks up,
// as a line of the file that HEADLIGHT_CONNECTION_LOG names.
import dgram from 'node:dgram';
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import net from 'node:net';

const tell = (...words) => appendFileSync(process.env.HEADLIGHT_CONNECTION_LOG, `${words.join(' ')}\n`);

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...given) {
  const [options] = Array.isArray(given[0]) ? given[0] : given;
  const { host = 'localhost', port, path } = typeof options === 'object' ? options : { port: options };
  // A path is a socket of this machine.
  if (path === undefined) tell('connect', `${host}:${port}`);
  return connect.apply(this, given);
};
for (const from of [dns, dns.promises]) {
  const { lookup } = from;
  from.lookup = (name, ...rest) => {
    tell('lookup', name);
    return lookup(name, ...rest);
  };
}
const { send } = dgram.Socket.prototype;
dgram.Socket.prototype.send = function (...given) {
  tell('datagram');
  return send.apply(this, given);
};
