// What the predict room offers: a model over many slides, resumable, in processes of their own.
export {};
