import sys, tempfile, shutil
from product import Product, create_host
from scenarios import *
folder = tempfile.mkdtemp(prefix="try-")
host = create_host(folder)
try:
    product = Product(host)
    good = host.authority.good()
    host.good = good; host.made = {"good": good}
    host.make_healthy(good)
    product.fresh({})
    r = product.check(); print(r.code, r.output[:6000])
    r = product.run("check"); print(r.code, r.output[:3000])
finally:
    host.delete(); shutil.rmtree(folder, ignore_errors=True)
