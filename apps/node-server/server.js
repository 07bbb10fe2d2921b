// A web server that answers GET with the path, and POST with what it was sent.
const http = require('http');

http.createServer((req, res) => {
	if (req.method === 'POST') {
		req.pipe(res);
		return;
	}
	res.end('node ' + req.url);
}).listen(3000);
