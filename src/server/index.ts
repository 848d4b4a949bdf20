// What the server room offers: slides and results over HTTP.
export {};
