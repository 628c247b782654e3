-- One request = one order of two lines, as in yardstick.sql: one unit from the lower half of the catalogue and
-- two from the upper. Settings come from the environment, because wrk gives a script no better way.

local host = os.getenv("BENCH_HOST")
local run = os.getenv("BENCH_RUN")
local products = tonumber(os.getenv("BENCH_PRODUCTS"))
local half = products / 2

local threads = {}
local heads = {}
local sequence = 0

-- Read back by done() through thread:get, so they must be globals.
confirmed = 0
refused = {}
first_refusal = ""

function setup(thread)
  table.insert(threads, thread)
  thread:set("number", #threads)
end

function init()
  math.randomseed(os.time() * 16 + number)
  for token in io.lines(os.getenv("BENCH_TOKENS")) do
    -- Joined once: what is left per request is one concatenation.
    table.insert(heads, "POST /api/v1/orders HTTP/1.1\r\nHost: " .. host
      .. "\r\nAuthorization: Bearer " .. token
      .. "\r\nContent-Type: application/json\r\nPrefer: wait=10\r\nIdempotency-Key: " .. run .. "-" .. number .. "-")
  end
end

function request()
  sequence = sequence + 1
  local body = string.format(
    '{"lines":[{"sku":"BENCH-%05d","quantity":1},{"sku":"BENCH-%05d","quantity":2}],"payment":{"token":"tok_ok"}}',
    math.random(1, half), math.random(half + 1, products))
  return heads[sequence % #heads + 1] .. sequence .. "\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end

function response(status, headers, body)
  if status == 201 and string.find(body, '"status":"CONFIRMED"', 1, true) then
    confirmed = confirmed + 1
  else
    local key = tostring(status)
    refused[key] = (refused[key] or 0) + 1
    if first_refusal == "" then first_refusal = key .. " " .. body end
  end
end

function done(summary, latency, requests)
  local total, others, sample = 0, {}, ""
  for _, thread in ipairs(threads) do
    total = total + thread:get("confirmed")
    for status, count in pairs(thread:get("refused")) do others[status] = (others[status] or 0) + count end
    if sample == "" then sample = thread:get("first_refusal") end
  end
  local failures = summary.errors
  print("bench.confirmed " .. total)
  print("bench.microseconds " .. summary.duration)
  print("bench.p50_us " .. latency:percentile(50))
  print("bench.p99_us " .. latency:percentile(99))
  print("bench.socket_errors " .. failures.connect + failures.read + failures.write + failures.timeout)
  for status, count in pairs(others) do print("bench.other." .. status .. " " .. count) end
  if sample ~= "" then print("bench.sample " .. sample:gsub("%s+", " "):sub(1, 300)) end
end
