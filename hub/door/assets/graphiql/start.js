// Starts GraphiQL on this hub. The token and the first query come with the page, from the hub itself.
(function () {
  'use strict';
  var root = document.getElementById('graphiql');
  var given = JSON.parse(root.dataset.start);

  function post(parameters, headers) {
    return fetch('/graphql', {
      method: 'POST',
      credentials: 'omit',
      headers: Object.assign(
        { 'Content-Type': 'application/json', Accept: 'application/graphql-response+json' },
        headers
      ),
      body: JSON.stringify(parameters),
    }).then(function (response) { return response.json(); });
  }

  // One socket a subscription, by graphql-transport-ws; the headers go into connection_init.
  function watch(parameters, headers) {
    return {
      subscribe: function (observer) {
        var names = Object.keys(headers);
        function header(wanted) {
          var name = names.find(function (candidate) { return candidate.toLowerCase() === wanted; });
          return name && headers[name];
        }
        var socket = new WebSocket(location.origin.replace(/^http/, 'ws') + '/graphql/ws', 'graphql-transport-ws');
        var over = false;
        socket.onopen = function () {
          var payload = { authorization: header('authorization'), purpose: header('sangam-purpose') };
          socket.send(JSON.stringify({ type: 'connection_init', payload: payload }));
        };
        socket.onmessage = function (event) {
          var message = JSON.parse(event.data);
          if (message.type === 'connection_ack') {
            socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: parameters }));
          } else if (message.type === 'next') {
            observer.next(message.payload);
          } else if (message.type === 'error') {
            over = true;
            observer.next({ errors: message.payload });
            observer.complete();
            socket.close(1000);
          } else if (message.type === 'complete') {
            over = true;
            observer.complete();
            socket.close(1000);
          }
        };
        socket.onclose = function (event) {
          if (!over) { observer.error(new Error(event.reason || 'the socket closed')); }
        };
        return { unsubscribe: function () { over = true; socket.close(1000); } };
      },
    };
  }

  function isSubscription(parameters, options) {
    var document = options && options.documentAST;
    return Boolean(document) && document.definitions.some(function (definition) {
      return definition.kind === 'OperationDefinition' && definition.operation === 'subscription' &&
        (!parameters.operationName || (definition.name && definition.name.value === parameters.operationName));
    });
  }

  function fetcher(parameters, options) {
    var headers = (options && options.headers) || {};
    return isSubscription(parameters, options) ? watch(parameters, headers) : post(parameters, headers);
  }

  ReactDOM.createRoot(root).render(React.createElement(GraphiQL, {
    fetcher: fetcher,
    // Introspection needs the token before anybody has touched the headers' tab.
    headers: JSON.stringify(given.headers, null, 2),
    query: given.query,
    isHeadersEditorEnabled: true,
    shouldPersistHeaders: false,
    storage: { length: 0, getItem: function () { return null; }, setItem: function () {}, removeItem: function () {}, clear: function () {} },
  }));
})();
