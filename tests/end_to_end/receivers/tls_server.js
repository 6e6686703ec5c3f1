// Node itself, as a receiver that writes each line to FILE:  tls_server.js HALF_OPEN PORT FILE CERTIFICATE KEY
// With HALF_OPEN "true" (allowHalfOpen) Node leaves its half of a session open until the program ends it, and this one does not.
'use strict';
const fs = require('fs');
const tls = require('tls');

const [halfOpen, port, file, certificate, key] = process.argv.slice(2);
const out = fs.openSync(file, 'a');
tls.createServer({allowHalfOpen: halfOpen === 'true', cert: fs.readFileSync(certificate), key: fs.readFileSync(key)}, session => {
    let rest = Buffer.alloc(0);
    session.on('data', piece => {
        rest = Buffer.concat([rest, piece]);
        const end = rest.lastIndexOf(10) + 1;
        fs.writeSync(out, rest.subarray(0, end));
        rest = rest.subarray(end);
    });
    session.on('error', () => {});    // what the sender makes of it is what is looked at
}).listen(Number(port), '127.0.0.1');
