# Caddy with melo's files in it. Built from the project's root (compose.yaml does).
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /melo
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run --silent build:cdn

FROM caddy:2.11.4-alpine
COPY --from=build /melo/dist/cdn /srv/melo
COPY deploy/site /srv/site
