-- Exercises the interpreter: strings, tables, closures, coroutines, errors, files.
print("Hello from " .. _VERSION)
print(("%5.2f|%-6s|%x"):format(math.pi, "uk", 255))

local fib = setmetatable({}, { __index = function(t, n)
	local v = n < 2 and n or t[n - 1] + t[n - 2]
	t[n] = v
	return v
end })
print("fib(80)", fib[80])

local words = {}
for w in ("the quick brown fox jumps over the lazy dog"):gmatch("%a+") do
	words[#words + 1] = w
end
table.sort(words)
print(table.concat(words, " "))

local gen = coroutine.wrap(function()
	for i = 1, 5 do
		coroutine.yield(i * i)
	end
end)
for v in gen do
	io.write(v, " ")
end
print()

print(pcall(error, { code = 7 }) == false, select(2, pcall(error, "message", 0)))

local name = "/tmp/uk-lua-note"
local f = assert(io.open(name, "w"))
f:write("one\ntwo\nthree\n")
f:close()
local n = 0
for line in io.lines(name) do
	n = n + #line
end
print("characters", n, os.remove(name), io.open(name) == nil)

local junk = {}
for i = 1, 200000 do
	junk[i % 1000] = { i, tostring(i) }
end
collectgarbage()
print("collected", collectgarbage("count") < 16384)
print(os.time() > 1600000000, os.date("!%Y-%m-%d", 86400))
