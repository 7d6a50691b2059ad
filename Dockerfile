# Trains headless: docs/headless.md. The page itself needs no container: any static host serves dist/.
FROM node:22-bookworm-slim

RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates chromium \
  && rm -rf /var/lib/apt/lists/*
ENV CHROMIUM_PATH=/usr/bin/chromium

WORKDIR /studio
# Installed anew only where they change.
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build
# Whoever it runs as: Vite keeps what it prepares beside the packages.
RUN mkdir -p node_modules/.vite node_modules/.vite-temp && chmod a+rwx node_modules/.vite node_modules/.vite-temp
# The browser wants a home that it can write to.
ENV HOME=/tmp

ENTRYPOINT ["node", "/studio/scripts/train.mjs"]
CMD ["--help"]
