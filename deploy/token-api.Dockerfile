# The token API: one file of JavaScript on Node, without a package manager's leftovers. Built from the project's root (compose.yaml does).
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /melo
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY server server
COPY deploy/bundle.vite.config.ts deploy/
RUN node_modules/.bin/vite build --config deploy/bundle.vite.config.ts --mode token-api

FROM node:24.21.0-bookworm-slim
COPY --from=build /melo/dist/token-api /token-api
USER node
EXPOSE 8080
CMD ["node", "/token-api/main.mjs"]
