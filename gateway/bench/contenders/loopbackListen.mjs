// Preloaded into peers that have no option for the address they bind: without it they would listen on every interface.
import { Server } from 'node:net';

const listen = Server.prototype.listen;

Server.prototype.listen = function (port, ...rest) {
  return typeof port === 'number' || typeof port === 'string'
    ? listen.call(
        this,
        { port: Number(port), host: '127.0.0.1' },
        ...rest.filter((one) => typeof one === 'function'),
      )
    : listen.call(this, { ...port, host: '127.0.0.1' }, ...rest);
};
