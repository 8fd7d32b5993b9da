import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

/** A proxy on this machine that keeps what it was asked to connect with. */
export class ProxyServer {
  /** As `host:port`. */
  readonly asked: string[] = [];

  private constructor(private readonly server: Server) {
    server.on('connect', (request, socket) => {
      this.asked.push(request.url ?? '');
      const [host, port] = (request.url ?? '').split(':');
      const out = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        out.pipe(socket).pipe(out);
      });
      out.on('error', () => socket.destroy());
      socket.on('error', () => out.destroy());
    });
  }

  static async start(): Promise<ProxyServer> {
    const server = createServer();
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return new ProxyServer(server);
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
