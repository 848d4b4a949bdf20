// The app on a socket: limits of Node's HTTP server, the gate before everything, security headers on every answer, and an
// end that waits for what is under way.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { fail } from "../base/index.ts";
import { type GateOptions, passGate } from "./gate.ts";
import type { ServerLimits } from "./limits.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

/** What is listened with. */
export interface ListenOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly limits: ServerLimits;
  readonly gate: GateOptions;
  readonly fetch: Parameters<typeof getRequestListener>[0];
}

/** A server that listens. */
export interface Listening {
  readonly host: string;
  readonly port: number;
  /** Takes no more requests, gives those under way a moment, and ends. */
  close(): Promise<void>;
}

/** Milliseconds that requests under way have when the server ends. */
const LAST_MS = 3000;

/** @throws LowmagError `invalid-argument` where the address cannot be listened on. */
export async function listen({ host, port, limits, gate, fetch }: ListenOptions): Promise<Listening> {
  const answer = getRequestListener(
    async (request, env) =>
      passGate((env as { incoming: IncomingMessage }).incoming, gate) ?? (await fetch(request, env)),
    { overrideGlobalObjects: false, errorHandler: () => new Response(null, { status: 400 }) },
  );
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: limits.checkMs,
    },
    (incoming: IncomingMessage, outgoing: ServerResponse) => {
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) outgoing.setHeader(name, value);
      void answer(incoming, outgoing);
    },
  );
  server.maxConnections = limits.connections;
  server.maxHeadersCount = limits.headerCount;
  server.on("clientError", refuseGarbage);
  // Nothing here speaks another protocol.
  server.on("upgrade", (_request, socket) => socket.destroy());
  server.on("connect", (_request, socket) => socket.destroy());
  await start(server, host, port);
  const { address, port: bound } = server.address() as AddressInfo;
  return { host: address, port: bound, close: () => end(server) };
}

/** What is no HTTP gets one line and the end of its connection. */
function refuseGarbage(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    error.code === "HPE_HEADER_OVERFLOW"
      ? "431 Request Header Fields Too Large"
      : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? "408 Request Timeout"
        : "400 Bad Request";
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

function start(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => reject(cannotListen(host, port, error));
    server.once("error", refuse);
    server.listen({ host, port }, () => {
      server.off("error", refuse);
      resolve();
    });
  });
}

function cannotListen(host: string, port: number, cause: NodeJS.ErrnoException): Error {
  const taken = cause.code === "EADDRINUSE";
  return fail("invalid-argument", {
    where: `${host}:${port}`,
    expected: "an address that can be listened on",
    got: taken ? "one that another program uses" : (cause.code ?? cause.message),
    fix: taken ? "Choose another `--port`; 0 takes any that is free." : "Check `--host` and `--port`.",
    cause,
  });
}

function end(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), LAST_MS);
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
    server.closeIdleConnections();
  });
}
